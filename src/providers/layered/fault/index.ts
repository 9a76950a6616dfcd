// The entry `winsock2/layers/fault`: a layer that makes things go wrong by rule. A rule is read in rule.ts; what happens to a
// call that it hits is in faults.ts; which calls there are, in calls.ts and functions.ts. The layer has handles of its own, so
// that no call passes it, and changes how overlapped operations end.
import type { LPWSPSTARTUP } from '../../../spi/index.js';
import type { Process } from '../../../win32/index.js';
import { Carrier } from '../kit/carry.js';
import { ioctlWithFunctions, withoutRegisteredIo } from '../kit/extension-functions.js';
import { Settings } from '../kit/settings.js';
import { layer } from '../layer.js';
import { Calls } from './calls.js';
import { Faults } from './faults.js';
import { functionsOf } from './functions.js';
import { FaultRule } from './rule.js';

export { FaultRule, type CallName, type Effect } from './rule.js';

const MODULE = 'winsock2/layers/fault';
const HIGHEST_SEED = 0xffff_ffff;

/** How a program makes a fault layer of its own. */
export interface FaultLayerOptions {
  /** The rules, which count their hits; then there are no settings. */
  readonly rules?: readonly FaultRule[];
}

/** The rules of a process, by the settings that they come from. */
const KEY = Symbol('fault rules');

/** A layer is started for each of its chains: all starts of a process count together. */
function rulesIn(process: Process, settings: URLSearchParams): readonly FaultRule[] {
  const known = process.moduleData(KEY, () => new Map<string, readonly FaultRule[]>());
  const text = settings.toString();
  let rules = known.get(text);
  if (rules === undefined) {
    const query = new Settings(settings);
    const seed = query.number('seed', 0, HIGHEST_SEED) ?? 1;
    // Each draws for itself: what one rule hits does not change with another one.
    rules = query.all('rule').map((rule, index) => FaultRule.parse(rule, seed + index));
    query.done();
    known.set(text, rules);
  }
  return rules;
}

/**
 * Makes the WSPStartup of a fault layer. Its settings:
 *
 * - `rule`: a rule, as `send:nth=3:fail=WSAECONNRESET`; see `FaultRule.parse`. May come several times; all that hit a call
 *   happen to it.
 * - `seed`: what chances begin with, a whole number; 1 if left out. The same seed and calls give the same faults.
 *
 * Each hit is a note in the trace.
 *
 * @param options - rules of a program's own
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function faultLayer(options: FaultLayerOptions = {}): LPWSPSTARTUP {
  return layer({
    description: 'makes calls go wrong by rule',
    handles: 'own',
    change: ({ own, below, settings }) => {
      if (options.rules !== undefined) new Settings(settings).done();
      if (own === null) return {};
      const { process } = own;
      const rules = options.rules ?? rulesIn(process, settings);
      if (rules.length === 0) return {};
      const carrier = new Carrier();
      const faults = new Faults(rules, carrier, (rule) => {
        if (process.trace.on) process.trace.note(MODULE, 'a rule has hit', [String(rule)], process.clock.now());
      });
      const calls = new Calls(own, carrier, faults, below);
      return {
        ...calls.entries(),
        ...carrier.endings(own, below),
        lpWSPIoctl: withoutRegisteredIo(ioctlWithFunctions(process, below.lpWSPIoctl, functionsOf(calls))),
      };
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = faultLayer();
