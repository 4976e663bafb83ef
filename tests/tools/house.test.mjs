// Who may import whom in the page and in the package, and what only one file knows.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

import { inProject } from '../../tools/lib/paths.mjs';

/** For each part of a source folder the parts that it may import; a part is a folder, or a file without its ending. */
const TABLES = {
  'www/src': {
    main: ['engine', 'state', 'store', 'styles', 'views', 'words', 'worker'],
    engine: ['compiler', 'trusted'],
    compiler: [],
    trusted: ['compiler', 'trail'],
    rules: [],
    store: ['words'],
    // The worker of the trail, and the page's end of it.
    trail: ['store', 'trusted'],
    // Of the state it takes types alone: each of its names has its word.
    words: ['rules', 'state'],
    state: ['engine', 'rules', 'store', 'trail', 'words'],
    worker: ['state', 'trusted', 'words'],
    views: ['rules', 'state', 'styles', 'words'],
  },
  'js/src': {
    types: [],
    change: ['types'],
    workflow: ['change', 'types'],
    watch: ['change', 'types', 'workflow'],
    error: ['types', 'workflow'],
    plain: ['error', 'types'],
    api: ['types'],
    life: ['api', 'change', 'types', 'watch', 'workflow'],
    engine: ['error', 'types'],
    policy: ['api', 'engine', 'error', 'plain', 'types'],
    changes: ['api', 'change', 'engine', 'error', 'life', 'plain', 'policy', 'types', 'watch', 'workflow'],
    trail: ['change', 'changes', 'engine', 'error', 'life', 'plain', 'policy', 'types', 'workflow'],
    full: ['api', 'change', 'changes', 'engine', 'error', 'host', 'life', 'plain', 'policy', 'trail', 'types', 'watch', 'workflow'],
    // Of the trail it takes types alone: it holds no module.
    node: ['error', 'plain', 'trail'],
    decide: ['api', 'engine', 'error', 'host', 'policy', 'types'],
    host: ['error'],
    cli: ['engine', 'error', 'host', 'node', 'trail', 'types', 'workflow'],
    form: ['api', 'types'],
  },
  // Inside the form: the element owns the view, the view owns fields and panel, and none of them knows the one above.
  'js/src/form': {
    index: ['element'],
    element: ['answers', 'dom', 'evaluate', 'style', 'view', 'words'],
    view: ['answers', 'dom', 'evaluate', 'fields', 'panel', 'titles', 'words'],
    panel: ['dom', 'evaluate', 'fields', 'titles', 'words'],
    fields: ['answers', 'controls', 'dom', 'words'],
    controls: ['dom', 'words'],
    evaluate: ['answers'],
    answers: [],
    dom: [],
    style: [],
    titles: ['words'],
    words: [],
  },
};

/** What only these may name. */
const SECRETS = [
  { what: /\bindexedDB\b/, within: 'www/src', only: ['store/database.ts'] },
  { what: /from 'idb'/, within: 'www/src', only: ['store/trail/database.ts'] },
  { what: /\bgetDirectory\b/, within: 'www/src', only: ['store/trail/copy.ts'] },
  { what: /\bnavigator\.locks\b/, within: 'www/src', only: ['store/trail/lock.ts'] },
  { what: /\blocalStorage\b/, within: 'www/src', only: ['store/choice.ts'] },
  { what: /^import (?!type)[^;]*from 'tollgate(\/decide)?'/m, within: 'www/src', only: ['compiler/compiler.ts', 'engine.ts', 'trail/desk.ts', 'trail/keeper.ts'] },
  { what: /\bcaches\b/, within: 'www/src', only: ['worker/worker.ts'] },
  { what: /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|eval)\b/, within: 'www/src', only: [] },
  { what: /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b/, within: 'js/src', only: [] },
  {
    what: /'node:/,
    within: 'js/src',
    only: ['cli/files.ts', 'cli/line.ts', 'cli/open.ts', 'cli/reading.ts', 'cli/trail.ts', 'host/node-decide.ts', 'host/node-full.ts', 'node/export.ts', 'node/files.ts', 'node/folder.ts', 'node/key.ts', 'node/lines.ts', 'node/lock.ts', 'node/persons.ts'],
  },
];

const MOST_LINES = 500;

const filesOf = (folder) =>
  readdirSync(inProject(folder), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(inProject(folder, name), 'utf8') }));

const partOf = (name) => name.split('/')[0].replace(/\.tsx?$/, '');

for (const [folder, table] of Object.entries(TABLES)) {
  test(`${folder} imports in one direction`, () => {
    const files = filesOf(folder);
    assert.ok(files.length > 3, `${folder} has no files`);
    const breaches = [];
    for (const { name, text } of files) {
      const allowed = table[partOf(name)];
      assert.ok(allowed, `${folder}/${name} is not in the table`);
      for (const [, path] of text.matchAll(/\bfrom '(\.[^']+)'|^import '(\.[^']+)'/gm)) {
        if (path === undefined) continue;
        const target = relative(inProject(folder), join(inProject(folder), dirname(name), path));
        const part = partOf(target.replace(/\.[jt]sx?$/, ''));
        if (target.startsWith('..') || part === partOf(name) || allowed.includes(part)) continue;
        breaches.push(`${name} imports ${target}`);
      }
    }
    assert.deepEqual(breaches, []);
  });
}

for (const { what, within, only } of SECRETS) {
  test(`${what} stands in ${within} only where it may`, () => {
    const found = filesOf(within).filter(({ text }) => what.test(text.replaceAll(/\/\/.*$/gm, '')));
    assert.deepEqual(found.map(({ name }) => name), only);
  });
}

test(`no file of page or package is longer than ${MOST_LINES} lines`, () => {
  const long = ['www/src', 'js/src'].flatMap(filesOf).filter(({ text }) => text.split('\n').length > MOST_LINES);
  assert.deepEqual(long.map(({ name }) => name), []);
});
