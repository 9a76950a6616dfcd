// The memory store keeps the store contract.

import { MemoryStore } from '../../src/catalog/index.js';
import { describeStore } from './store-compliance.js';

describeStore('memory', () => {
  const store = new MemoryStore();
  return Promise.resolve({ open: () => store, close: () => Promise.resolve() });
});
