// The memory store keeps the store contract.

import * as vitest from 'vitest';
import { MemoryStore } from 'winsock2';
import { describeCatalogStore } from 'winsock2/testing';

describeCatalogStore(vitest, 'memory', {
  place: () => {
    const store = new MemoryStore();
    return { open: () => store };
  },
});
