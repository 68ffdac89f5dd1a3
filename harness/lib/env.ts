// SPDX-License-Identifier: MIT

type Env = Readonly<Record<string, string | undefined>>
type Built = Readonly<Record<string, string>>

// What a program needs to be found, to find the user's files, and to know its terminal. None of it changes a result.
const ALWAYS = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TERM',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
]

const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy']
const NETWORK = [...PROXIES, ...PROXIES.map((name) => name.toUpperCase()), 'SSL_CERT_FILE', 'SSL_CERT_DIR']

/** Those of `names` that `env` has. */
export const passed = (names: readonly string[], env: Env = process.env): Built =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

/**
 * The environment of every child by default: built from a list, not inherited, so that nothing in the user's
 * environment can change a result without being in a cache key.
 */
export const childEnv = (env: Env = process.env): Built => ({ ...passed(ALWAYS, env), LC_ALL: 'C' })

/** The same for a program that downloads: with the user's proxies and certificates. What it fetches is verified. */
export const networkEnv = (env: Env = process.env): Built => ({ ...childEnv(env), ...passed(NETWORK, env) })

/** The user's whole environment: only for the user's own script. */
export const userEnv = (env: Env = process.env): Built => passed(Object.keys(env), env)

/** execa's options for a child with the default environment. */
export const builtEnv = (): { readonly extendEnv: false; readonly env: Built } => ({
  extendEnv: false,
  env: childEnv(),
})
