// What a function pointer is where a structure only carries it. Owns no signature; those are in spi.

/** Any function; who calls it knows its parameters. */
export type Procedure = (...args: never[]) => unknown;
