// The entry `winsock2/layered`: what the author of a layered provider builds on. Re-exports only.
export { baseHandleTable } from './base-handles.js';
export { forwardingTable, type Below } from './forwarding-table.js';
export { layer, type LayerOptions, type StartedLayer } from './layer.js';
export { Links, type ServedChain } from './links.js';
