// The Windows functions over the kernel objects, as an application calls them. They look handles up, keep Windows'
// argument rules and set the last error; what objects and waits do is decided below them.
export * from './errors.js';
export * from './events.js';
export * from './file-position.js';
export * from './files.js';
export * from './handles.js';
export * from './overlapped.js';
export * from './message-waits.js';
export * from './messages.js';
export * from './ports.js';
export * from './posting.js';
export * from './sleep.js';
export * from './thread-pool.js';
export * from './threads.js';
export * from './types.js';
export * from './waits.js';
export * from './window-classes.js';
export {
  ERROR_NOT_ENOUGH_QUOTA,
  HWND_BROADCAST,
  HWND_MESSAGE,
  WM_CLOSE,
  WM_CREATE,
  WM_DESTROY,
  WM_NCCREATE,
  WM_NCDESTROY,
  WM_TIMER,
} from '../window-messages.js';
export type { MSG, WNDPROC } from '../window-messages.js';
export * from './window-timers.js';
export * from './windows.js';
