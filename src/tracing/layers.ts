// The layers as a reader sees them: their order, and which of them it was asked for.
import type { TraceReport } from '../index.js';

/** From the application down. `provider` stands for every provider, which are reported under their modules' names. */
export const LAYERS = ['api', 'ws2_32', 'provider', 'afd', 'driver'] as const;

const PROVIDER = LAYERS.indexOf('provider');

/** How deep a layer lies, 0 for the API. */
export function depthOf(layer: string): number {
  const depth = (LAYERS as readonly string[]).indexOf(layer);
  return depth < 0 ? PROVIDER : depth;
}

/** The short name of a layer: of a module, its last part. */
export function layerName(layer: string): string {
  return layer.slice(layer.lastIndexOf('/') + 1);
}

/** Whether a report is of one of `layers`, which may be those of `LAYERS`, or a provider's module or its last part. */
export function isOfLayers({ layer }: TraceReport, layers: readonly string[] | undefined): boolean {
  if (layers === undefined) return true;
  return layers.includes(layer) || layers.includes(layerName(layer)) || layers.includes(LAYERS[depthOf(layer)] ?? '');
}
