// The smallest layer there is: everything goes through. For chains that are to be seen in the trace, for tests, and as
// what to start from.
import { layer } from '../layer.js';

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = layer({ description: 'passes everything through' });
