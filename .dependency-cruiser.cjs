// SPDX-License-Identifier: MIT

/**
 * The folders of harness/, top down: each may import from those below it and from itself. Type imports count.
 * CONTRIBUTING.md shows the same list.
 */
const LAYERS = [
  'cli.ts',
  'commands',
  'bisect|selftest|replay',
  'submit',
  'run',
  'bundle',
  'explore',
  'report|progress|doctor',
  'verdict',
  'vm',
  'guest',
  'kernel',
  'splat',
  'inputs',
  'slurm',
  'store',
  'lib',
  'model',
]

const at = (layer) => `^harness/(?:${layer})(?:/|$)`
const TESTS = ['^harness/testing/', '^harness/vitest[.]config[.]ts$', '[.]test[.]ts$']

const upward = LAYERS.slice(1).map((layer, index) => ({
  name: `${layer.replaceAll('|', '-')}-imports-downward-only`,
  severity: 'error',
  comment: `${layer} may import only from the folders below it: see LAYERS in .dependency-cruiser.cjs`,
  from: { path: at(layer), pathNot: TESTS },
  to: { path: LAYERS.slice(0, index + 1).map(at) },
}))

const sideways = LAYERS.filter((layer) => layer.includes('|')).map((layer) => ({
  name: `${layer.replaceAll('|', '-')}-stand-apart`,
  severity: 'error',
  comment: 'folders of one layer do not import each other',
  from: { path: `^harness/(${layer})/`, pathNot: TESTS },
  to: { path: at(layer), pathNot: '^harness/$1/' },
}))

// Every file has an import, is imported, or is an orphan: together these rules see it.
const STRAY = { path: '^harness/', pathNot: [...LAYERS.map(at), ...TESTS] }
const strays = Object.entries({
  imports: { from: STRAY, to: {} },
  'is-imported': { from: {}, to: STRAY },
  'stands-alone': { from: { ...STRAY, orphan: true }, to: {} },
}).map(([how, edge]) => ({
  name: `a-file-in-no-layer-${how}`,
  severity: 'error',
  comment: 'move it into a folder of LAYERS in .dependency-cruiser.cjs, or add its folder there and in CONTRIBUTING.md',
  ...edge,
}))

const FILES = [
  ...upward,
  ...sideways,
  ...strays,
  {
    name: 'no-circle-of-files',
    severity: 'error',
    from: { pathNot: TESTS },
    to: { circular: true },
  },
  {
    name: 'tests-are-not-shipped',
    severity: 'error',
    from: { path: '^harness/', pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'resolvable',
    severity: 'error',
    from: {},
    // Types alone, which have no module.
    to: { couldNotResolve: true, pathNot: '^(sarif|regexp-tree/ast)$' },
  },
]

const FOLDERS = [
  {
    name: 'no-circle-of-folders',
    severity: 'error',
    from: {},
    to: { circular: true },
    scope: 'folder',
  },
]

// A test may import from anywhere. Its edges would count as edges of its folder, so circles of folders are sought without it.
const ofFolders = process.env.LAYERS_OF === 'folders'

module.exports = {
  forbidden: ofFolders ? FOLDERS : FILES,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^harness/testing/corpus', ...(ofFolders ? TESTS : [])] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
