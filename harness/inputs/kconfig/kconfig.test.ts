// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archs } from '../arch/index.ts'
import { parseVersion } from '../tree/version.ts'
import { notStuck } from './check.ts'
import { composeConfig, configNames, profileNames } from './compose.ts'
import { explain, findDefinitions } from './explain.ts'
import { parseExpr, unmet } from './expr.ts'
import { mergeWanted, parseDotConfig, parseFragment, renderOption, renderOptions } from './fragment.ts'

const values = (text: string) => parseDotConfig(text)

describe('fragments', () => {
  test('set, unset and versioned options, with their lines', () => {
    const { wanted, problems } = parseFragment(
      '# why\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x y" # versions: <6.10\n',
      'f',
    )
    expect(wanted).toEqual([
      { name: 'CONFIG_A', value: 'y', versions: null, file: 'f', line: 2 },
      { name: 'CONFIG_B', value: 'n', versions: null, file: 'f', line: 3 },
      { name: 'CONFIG_C', value: '"x y"', versions: '<6.10', file: 'f', line: 4 },
    ])
    expect(problems).toEqual([])
  })

  test.each([
    ['CONFIG_A=y # or: CONFIG_B', { or: ['CONFIG_B'] }],
    ['CONFIG_A=y # versions: >=6.1 <6.10-rc1 # when: CONFIG_B or CONFIG_C', { when: ['CONFIG_B', 'CONFIG_C'] }],
    ['CONFIG_A=y # or: CONFIG_B or CONFIG_C # when: CONFIG_D', { or: ['CONFIG_B', 'CONFIG_C'], when: ['CONFIG_D'] }],
    ['# CONFIG_A is not set # when: CONFIG_B', { when: ['CONFIG_B'] }],
    ['CONFIG_A="# when: CONFIG_B"', { value: '"# when: CONFIG_B"' }],
  ])('%j has limits', (line, limits) => {
    const { wanted, problems } = parseFragment(line, 'f')
    expect(problems).toEqual([])
    expect(wanted).toMatchObject([{ name: 'CONFIG_A', ...limits }])
  })

  test.each([
    'CONFIG_A',
    'CONFIG_A = y',
    'config_a=y',
    'CONFIG_A=y CONFIG_B=y',
    'CONFIG_A=y # when: B',
    'CONFIG_A=y # or:',
    'CONFIG_A=y # or: y',
    'CONFIG_A=y # version: <6.6',
    'CONFIG_A=y # why',
    'CONFIG_A=y # or: CONFIG_B # or: CONFIG_C',
    '# CONFIG_A is not set # or: CONFIG_B',
    '# CONFIG_A is not set # vresions: <6.6',
  ])('refuses %j', (line) => {
    expect(parseFragment(line, 'f').problems).toHaveLength(1)
    expect(parseFragment(line, 'f').wanted).toEqual([])
  })

  test('what may be on instead is asked for first, unless it is wanted itself', () => {
    const { wanted } = parseFragment('CONFIG_B=y # or: CONFIG_Z or CONFIG_A\n# CONFIG_A is not set\n', 'f')
    expect(renderOptions(wanted)).toEqual(['CONFIG_Z=y', 'CONFIG_B=y', '# CONFIG_A is not set'])
  })

  test('the last value wins, sorted by name', () => {
    const { wanted } = parseFragment('CONFIG_B=y\nCONFIG_A=y\n# CONFIG_B is not set\n', 'f')
    expect(mergeWanted(wanted).map(renderOption)).toEqual(['CONFIG_A=y', '# CONFIG_B is not set'])
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseFragment(text, 'f')))
  })
})

describe('what did not stick', () => {
  test.each([
    ['CONFIG_A=y', 'CONFIG_A=y', []],
    ['CONFIG_A=y', 'CONFIG_A=m', ['m']],
    ['CONFIG_A=y', '# CONFIG_A is not set', ['n']],
    ['# CONFIG_A is not set', '', []],
    ['# CONFIG_A is not set', 'CONFIG_A=y', ['y']],
    ['CONFIG_A=20', 'CONFIG_A=17', ['17']],
    ['CONFIG_A=y # when: CONFIG_B or CONFIG_C', '', []],
    ['CONFIG_A=y # when: CONFIG_B or CONFIG_C', 'CONFIG_C=y', ['n']],
    ['CONFIG_A=y # when: CONFIG_B', 'CONFIG_A=y\nCONFIG_B=y', []],
    ['CONFIG_A=y # or: CONFIG_B', 'CONFIG_A=y', []],
    ['CONFIG_A=y # or: CONFIG_B', 'CONFIG_B=y', []],
    ['CONFIG_A=y # or: CONFIG_B', 'CONFIG_C=y', ['n']],
    ['CONFIG_A=y # or: CONFIG_B', 'CONFIG_B=m', ['n']],
  ])('%j against %j', (fragment, config, became) => {
    const { wanted } = parseFragment(fragment, 'f')
    expect(notStuck(wanted, values(config)).map((one) => one.became)).toEqual(became)
  })
})

describe('dependencies', () => {
  const config = values('CONFIG_A=y\nCONFIG_N=3\n')
  test.each([
    ['A', []],
    ['B', ['B']],
    ['A && B', ['B']],
    ['A && !B', []],
    ['!A', ['!A']],
    ['B || C', ['(B || C)']],
    ['A && (B || C) && D', ['(B || C)', 'D']],
    ['A=y', []],
    ['A = n', ['A=n']],
    ['A != n', []],
    ['y', []],
  ])('%s lacks %j', (text, wanted) => {
    expect(unmet(parseExpr(text)!, config)).toEqual(wanted)
  })

  test('parsing never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseExpr(text)))
  })

  const kconfig = `
menu "Memory"
	depends on MMU
config ZSWAP
	bool "Compressed cache for swap pages"
	depends on SWAP && CRYPTO=y
	select ZPOOL
config ZPOOL
	bool
if EXPERT
config HIDDEN
	bool "Hidden" if DEBUG_KERNEL
endif
endmenu
config OTHER
	tristate "Other"
`
  test.each([
    ['ZSWAP', 'CONFIG_SWAP=y\nCONFIG_CRYPTO=y', 'it needs MMU'],
    ['ZSWAP', 'CONFIG_MMU=y', 'it needs SWAP and CRYPTO=y'],
    ['ZPOOL', 'CONFIG_MMU=y', 'it has no prompt: only another option can select it'],
    ['HIDDEN', 'CONFIG_MMU=y', 'it needs EXPERT and DEBUG_KERNEL'],
    ['OTHER', '', 'its value is out of the range or choice that Kconfig allows'],
    ['GONE', '', 'this kernel has no such option'],
  ])('%s with %j: %s', (name, config, why) => {
    expect(explain(findDefinitions(kconfig, name), values(config), true)).toBe(why)
  })
})

describe('the fragments of this repository', () => {
  const version = parseVersion('6.1.192')!
  test('every arch, config and profile composes', async () => {
    for (const { name: arch } of archs)
      for (const config of await configNames())
        for (const profile of await profileNames())
          expect((await composeConfig({ arch, config, profile }, version)).length).toBeGreaterThan(40)
  })

  test('zpool-off still compiles zsmalloc', async () => {
    const wanted = await composeConfig({ arch: 'x86_64', config: 'zpool-off', profile: 'kasan' }, version)
    expect(wanted.map(renderOption)).toEqual(
      expect.arrayContaining(['# CONFIG_ZSWAP is not set', 'CONFIG_ZRAM=y', 'CONFIG_ZSMALLOC=y']),
    )
  })

  test('options that came and went follow the version', async () => {
    const names = async (text: string) =>
      (await composeConfig({ arch: 'x86_64', config: 'zpool-on', profile: 'kasan' }, parseVersion(text)!)).map(
        ({ name }) => name,
      )
    expect(await names('6.1')).toContain('CONFIG_MEMCG_KMEM')
    expect(await names('6.12')).not.toContain('CONFIG_MEMCG_KMEM')
    expect(await names('6.18')).not.toContain('CONFIG_ZPOOL')
  })

  test('a misspelt name gets a suggestion', async () => {
    await expect(composeConfig({ arch: 'x86_64', config: 'zpool-onn', profile: 'kasan' }, version)).rejects.toThrow(
      /did you mean zpool-on/,
    )
  })
})

describe("the user's fragments", () => {
  const stable = parseVersion('6.1.192')!
  const choice = { arch: 'x86_64', config: 'zpool-on', profile: 'kasan' }
  const compose = (text: string, kernel = stable) =>
    composeConfig(choice, kernel, [{ file: '/home/me/my.config', text }])
  const optionOf = async (name: string, text: string, kernel = stable) =>
    (await compose(text, kernel)).find((option) => option.name === name)?.value

  test('win over config and profile, the last one first', async () => {
    expect(await optionOf('CONFIG_ZSWAP', 'CONFIG_X=1')).toBe('y')
    expect(await optionOf('CONFIG_FAILSLAB', 'CONFIG_FAILSLAB=y')).toBe('y')
    expect(await optionOf('CONFIG_ZSWAP', '# CONFIG_ZSWAP is not set')).toBe('n')
    const texts = ['CONFIG_X=1', 'CONFIG_X=2'].map((text, index) => ({ file: `${index}`, text }))
    expect((await composeConfig(choice, stable, texts)).find(({ name }) => name === 'CONFIG_X')).toMatchObject({
      value: '2',
      file: '1',
    })
  })

  test('are part of what is checked to stick, with their place', async () =>
    expect(await compose('# mine\n\nCONFIG_FOO=y')).toContainEqual({
      ...{ name: 'CONFIG_FOO', value: 'y', file: '/home/me/my.config', line: 3 },
    }))

  test('may be limited to some kernels', async () => {
    const text = 'CONFIG_FOO=y # versions: >=6.12'
    expect(await optionOf('CONFIG_FOO', text)).toBeUndefined()
    expect(await optionOf('CONFIG_FOO', text, parseVersion('6.12.1')!)).toBe('y')
  })

  test.each([
    ['CONFIG_FOO', /^\/home\/me\/my\.config:1:1: not a Kconfig line: "CONFIG_FOO"/],
    ['CONFIG_FOO=y\nint main', /my\.config:2:1: not a Kconfig line/],
    ['# nothing\n', /my\.config: sets no option/],
    ['', /sets no option/],
    [
      '# CONFIG_PRINTK is not set',
      /my\.config:1:1: CONFIG_PRINTK=n: the harness needs CONFIG_PRINTK=y .*base\.config:\d+/,
    ],
    ['CONFIG_A=y\n# CONFIG_SERIAL_8250_CONSOLE is not set', /my\.config:2:1: .*arch\/x86_64\.config:\d+/],
    ['CONFIG_DEBUG_FS=m', /CONFIG_DEBUG_FS=m: the harness needs CONFIG_DEBUG_FS=y/],
  ])('%j is refused', async (text, message) => {
    await expect(compose(text)).rejects.toMatchObject({ name: 'UsageError', message: expect.stringMatching(message) })
  })

  test('may repeat what the harness needs', async () =>
    expect(await optionOf('CONFIG_PRINTK', 'CONFIG_PRINTK=y\nCONFIG_FOO=y')).toBe('y'))
})
