// A layer that makes connections as slow as a line is: a bandwidth and a latency for each direction. What a connection is like
// is shaped.ts's, how fast a direction is bucket.ts's; this file reads the settings.
import type { LPWSPSTARTUP } from '../../../spi/index.js';
import { deviceLayer } from '../device/index.js';
import { SettingError, Settings } from '../kit/settings.js';
import { Bucket, type LineOptions } from './bucket.js';
import { Shaped } from './shaped.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
const MOST_BURST = 16_777_216;
const MOST_DELAY = 600_000;
/** One packet. */
const DEFAULT_BURST = 1460;

/** Reads `512k`, `1.5M`: bits per second. */
function rateIn(settings: Settings, name: string): number | null {
  const text = settings.text(name);
  if (text === null) return null;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
  const rate = Number(number) * (UNITS[unit] ?? 1);
  if (rate >= 1) return rate;
  throw new SettingError(`the setting '${name}' is '${text}' and no number of bits per second, as 64000, 512k, 1.5M or 1G`);
}

/** One direction; null when nothing is to be slowed down there. */
function lineIn(settings: Settings, name: 'up' | 'down', both: number, burst: number): LineOptions | null {
  const rate = rateIn(settings, name);
  const delay = settings.number(`${name}delay`, 0, MOST_DELAY) ?? both;
  return rate === null && delay === 0 ? null : { rate, burst, delay };
}

/**
 * Makes the WSPStartup of a shaper layer. It slows TCP connections down; datagrams go through as they are. Its settings:
 *
 * - `up`, `down`: bits per second from and to this process, as `64000`, `512k`, `1.5M` or `1G`; without it no limit. All
 *   connections of the process share them, those that it accepts too.
 * - `delay`: milliseconds that everything takes in each direction; `updelay` and `downdelay` for one of them.
 * - `burst`: how many bytes may leave at once after a rest; 1460 without it.
 *
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function shaperLayer(): LPWSPSTARTUP {
  return deviceLayer({
    description: 'slows connections down',
    module: 'winsock2/layers/shaper',
    start: ({ process: { clock }, started }) => {
      const settings = new Settings(started.settings);
      const delay = settings.number('delay', 0, MOST_DELAY) ?? 0;
      const burst = settings.number('burst', 1, MOST_BURST) ?? DEFAULT_BURST;
      const up = lineIn(settings, 'up', delay, burst);
      const down = lineIn(settings, 'down', delay, burst);
      settings.done();
      const line = { up: up && new Bucket(clock, up), down: down && new Bucket(clock, down) };
      return { make: () => new Shaped(clock, line) };
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = shaperLayer();
