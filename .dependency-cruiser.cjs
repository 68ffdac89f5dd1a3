// SPDX-License-Identifier: MIT

/**
 * The folders of harness/, top down: each may import from those below it and from itself. Type imports count.
 * CONTRIBUTING.md shows the same list.
 */
const LAYERS = [
  'cli.ts',
  'commands',
  'bisect|selftest|replay',
  'run',
  'report|progress|doctor',
  'verdict',
  'vm',
  'guest',
  'kernel',
  'splat',
  'inputs',
  'lib',
  'model',
]

const at = (layer) => `^harness/(?:${layer})(?:/|$)`
const TESTS = ['^harness/testing/', '^harness/vitest[.]config[.]ts$']

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

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    {
      name: 'no-circle-of-files',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true },
      scope: 'folder',
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
      // Types alone: @types/sarif describes a format, not a package.
      to: { couldNotResolve: true, pathNot: '^sarif$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^harness/testing/corpus', '[.]test[.]ts$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
