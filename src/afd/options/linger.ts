// SO_LINGER and SO_DONTLINGER: two views of one setting.
import type { Place } from './builders.js';
import type { BytesRule, NumberRule } from './rule.js';

/** sizeof(LINGER): two 16-bit numbers, whether and how many seconds. */
const SIZE = 4;

/** SO_LINGER. */
export function linger(place: Place): BytesRule {
  return {
    ...place,
    shape: 'bytes',
    support: 'real',
    least: SIZE,
    read({ options }) {
      const seconds = options.lingerSeconds;
      return Uint8Array.of(options.lingerOn ? 1 : 0, 0, seconds & 0xff, seconds >> 8);
    },
    write({ options }, value) {
      const [onLow = 0, onHigh = 0, secondsLow = 0, secondsHigh = 0] = value;
      options.lingerOn = (onLow | onHigh) !== 0;
      options.lingerSeconds = secondsLow | (secondsHigh << 8);
      return 0;
    },
  };
}

/** SO_DONTLINGER. Switching it off is switching lingering on, for no time. */
export function dontLinger(place: Place): NumberRule {
  return {
    ...place,
    shape: 'flag',
    support: 'real',
    read: ({ options }) => (options.lingerOn ? 0 : 1),
    write({ options }, value) {
      options.lingerOn = value === 0;
      options.lingerSeconds = 0;
      return 0;
    },
  };
}
