// The database of the page: its one store, and transactions that are done when they say so.

import { say } from '../words/dictionary.ts';

const NAME = 'tollgate-page';
const VERSION = 1;

/** The store of drafts, by screen. */
const DRAFTS = 'drafts';

let opening: Promise<IDBDatabase> | undefined;
/** The database while it is open. With it a transaction begins at once: a page that is being left has no later. */
let current: IDBDatabase | undefined;

/** Does `work` in one transaction. Resolves to its result once the transaction is complete, not before. */
export async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = current ?? (await open());
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(DRAFTS, mode);
    const request = work(transaction.objectStore(DRAFTS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'));
    transaction.commit();
  });
}

function open(): Promise<IDBDatabase> {
  opening ??= connect().catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function remade(database: IDBDatabase): Promise<IDBDatabase> {
  database.close();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('the database cannot be deleted'));
    request.onblocked = () => reject(new Error(say.storage.blocked));
  });
  return connect();
}

function connect(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore(DRAFTS);
    };
    request.onsuccess = () => {
      const database = request.result;
      // Something else made a database of this name: nothing of ours is in it.
      if (!database.objectStoreNames.contains(DRAFTS)) return resolve(remade(database));
      // Somebody deletes the database, or a newer page opens it: let go, and open it again when it is next needed.
      const letGo = () => ([opening, current] = [undefined, undefined]);
      database.onversionchange = () => {
        database.close();
        letGo();
      };
      database.onclose = letGo;
      current = database;
      resolve(database);
    };
    request.onerror = () => reject(request.error ?? new Error('the database cannot be opened'));
  });
}
