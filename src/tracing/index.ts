// The public entry `winsock2/tracing`: readers that make text or a timeline out of what the layers report. Making the
// reports is win32/trace.ts's and the layers' business. Nothing here needs Node; register.ts does.
export { attachChrome, attachEvents, attachText, type AttachOptions, type Detach, type EventOptions } from './attach.js';
export { ChromeTrace, type ChromeEvent, type Moment } from './chrome.js';
export { eventFields, eventText } from './event-text.js';
export { LAYERS } from './layers.js';
export { TextTrace, type TextOptions, type WriteLine } from './text.js';
export { argumentText, valueText } from '../index.js';
