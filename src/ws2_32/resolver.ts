// Where name questions go, as the functions of the api see it: the device of the SPI, and its errors as Winsock's.
export {
  RESOLVER_DEVICE,
  resolverError,
  resolverOf,
  type NameResolver,
  type ResolvedAddress,
  type ResolverAnswer as Answer,
} from '../spi/index.js';
