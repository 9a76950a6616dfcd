// The constants of this TCP. Windows' where they are known, the RFCs' otherwise; times in microseconds.

const SECOND = 1_000_000;

/** Windows: the first timeout of a SYN, and of data before a round trip was measured. */
export const INITIAL_TIMEOUT = 3 * SECOND;
/** Windows' minimum (RFC 6298 would have a second). */
export const LEAST_TIMEOUT = 300_000;
/** RFC 6298 section 2.5: at least 60 seconds. */
export const LARGEST_TIMEOUT = 60 * SECOND;
/** Windows: how often a SYN, and data, are sent again before the connection is given up. */
export const SYN_RETRIES = 2;
export const DATA_RETRIES = 5;

/** The delay of acknowledgments as Windows 10 has it; earlier versions had 200 ms. */
export const DELAYED_ACK = 40_000;
/** Segments per acknowledgment (RFC 9293 section 3.8.6.3). */
export const ACK_FREQUENCY = 2;

/** Twice the maximum segment lifetime as Windows has it (TcpTimedWaitDelay). */
export const TIME_WAIT = 120 * SECOND;
/** Windows: how long a closed connection waits for the peer's FIN (TcpFinWait2Delay). */
export const FIN_WAIT_2 = 120 * SECOND;

/** Windows: keep-alive after two hours, ten probes a second apart. */
export const KEEP_ALIVE_IDLE_MS = 7_200_000;
export const KEEP_ALIVE_INTERVAL_MS = 1000;
export const KEEP_ALIVE_COUNT = 10;

/** The receive window where SO_RCVBUF is not set, and the scale that goes with it: Windows' for its tuning. */
export const RECEIVE_WINDOW = 512 * 1024;
export const WINDOW_SCALE = 8;
export const LARGEST_SCALE = 14;
export const UNSCALED_WINDOW = 0xffff;
/** Windows' SO_SNDBUF. */
export const SEND_BUFFER = 65_536;

/** RFC 6928: segments of the first flight. */
export const INITIAL_WINDOW = 10;
/** RFC 5681: duplicates that mean a loss. */
export const DUPLICATE_THRESHOLD = 3;

/** RFC 9293 section 3.7.1: for a peer that names no MSS. */
export const DEFAULT_MSS_IPV4 = 536;
export const DEFAULT_MSS_IPV6 = 1220;
/** No path gives less room than this for data, whatever a router says (RFC 5927 section 7). */
export const LEAST_MSS = 48;

/** Windows' TTL. */
export const HOP_LIMIT = 128;

/** RFC 5961 section 7: acknowledgments that answer suspicious segments, per connection and interval. */
export const CHALLENGE_LIMIT = 10;
export const CHALLENGE_INTERVAL = SECOND;

/** Windows' range of ports that are chosen (IANA's dynamic ports). */
export const FIRST_DYNAMIC_PORT = 49_152;
export const DYNAMIC_PORTS = 16_384;
