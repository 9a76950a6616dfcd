// Categories: what a layered provider does (inspects, redirects, encrypts, ...) and which kinds of layers an application
// lets into its process. The LSP_* bits are the header's. Who consults them is the loader's business.

/** `WSCSetProviderInfo(ProviderInfoLspCategories)`: the categories of one provider. */
export interface ProviderCategory {
  /** '{...}', upper case. */
  readonly providerId: string;
  /** LSP_* bits. */
  readonly categories: number;
}

/** `WSCSetApplicationCategory`: the layers that one application permits. */
export interface ApplicationCategory {
  /** The program's path, as given at installation. */
  readonly path: string;
  /** The part of the command line that tells programs at one path apart; '' for none. */
  readonly extra: string;
  /** LSP_* bits of the categories that may be loaded. */
  readonly permittedLspCategories: number;
}
