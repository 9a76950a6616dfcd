// The smallest layer with socket handles of its own: everything goes through, under other handles. Beside the passthrough
// layer it shows what such a layer costs and what it can see.
import { layer } from '../layer.js';

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = layer({ description: 'passes everything through under handles of its own', handles: 'own' });
