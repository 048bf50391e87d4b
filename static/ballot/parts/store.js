// What a tablet keeps between two loads of the page: encrypted drafts and sealed messages, nothing readable
// (ballots.md B3, B4). Where the browser has no IndexedDB the page still works, but forgets on reload.

const STORES = ["drafts", "outbox"];
const memory = Object.fromEntries(STORES.map((name) => [name, new Map()]));

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open() {
  const request = indexedDB.open("ballot", 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  return settled(request);
}

async function within(store, mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await settled(work(transaction.objectStore(store)));
    await finished;
    return result;
  } finally {
    database.close();
  }
}

/** Writes a value and returns when it is on disk. */
export async function keep(store, id, value) {
  memory[store].set(id, value);
  await within(store, "readwrite", (rows) => rows.put(value, id)).catch(() => {});
}

export async function recall(store, id) {
  const kept = await within(store, "readonly", (rows) => rows.get(id)).catch(() => undefined);
  return kept ?? memory[store].get(id);
}

export async function forget(store, id) {
  memory[store].delete(id);
  await within(store, "readwrite", (rows) => rows.delete(id)).catch(() => {});
}

export async function all(store) {
  const kept = await within(store, "readonly", (rows) => rows.getAll()).catch(() => []);
  return kept.length ? kept : [...memory[store].values()];
}

/** Removes the whole store: nothing of the last rater stays behind. */
export async function wipe() {
  STORES.forEach((name) => memory[name].clear());
  await settled(indexedDB.deleteDatabase("ballot")).catch(() => {});
}
