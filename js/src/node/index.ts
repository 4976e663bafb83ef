/**
 * What trails need of Node: a store in a folder of files, keys of `node:crypto`, exports. It holds no module.
 *
 * @module tollgate/node
 */

export { exportTrail } from './export.js';
export { folderStore, type FolderOptions } from './folder.js';
export { keySigner } from './key.js';
export type { PersonKeys } from './persons.js';
export { type ErrorCode, TollgateError, type TrailErrorCode } from '../error.js';
