// The entry `winsock2/layered`: what the author of a layered provider builds on. Re-exports only.
export { baseHandleTable } from './base-handles.js';
export { forwardingTable, type Below } from './forwarding-table.js';
export { layer, type LayerOptions, type StartedLayer } from './layer.js';
export { Links, type ServedChain } from './links.js';
export { OwnHandles } from './own-handles/layer.js';
export { OwnOperation, begin as beginOperation } from './own-handles/overlapped.js';
export { OwnSocket } from './own-handles/socket.js';
export { ownHandleTable } from './own-handles/table.js';
