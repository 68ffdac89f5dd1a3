// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { QUIET_GIT } from '../fake-tree.ts'

interface NewCommit {
  readonly subject: string
  readonly files: Readonly<Record<string, string>>
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`

/** A small git repository for tests. */
export class TestRepo {
  readonly dir: string
  // The same commits have the same ids, so that a flaky symptom shows in the same runs each time.
  #seconds = 1_673_392_681

  constructor(dir: string) {
    this.dir = dir
    mkdirSync(dir, { recursive: true })
    this.git('init', '--quiet', '--initial-branch=main')
    this.git('config', 'user.name', 'Test Author')
    this.git('config', 'user.email', 'author@example.org')
  }

  git(...args: readonly string[]): string {
    return this.#gitWith('', args)
  }

  #gitWith(input: string, args: readonly string[]): string {
    const date = `${this.#seconds++} +0000`
    const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    const env = { ...process.env, ...dates, ...QUIET_GIT, LC_ALL: 'C' }
    return execFileSync('git', args, { cwd: this.dir, env, encoding: 'utf8', stdio: 'pipe', input }).trim()
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, path)), { recursive: true })
      writeFileSync(join(this.dir, path), text)
    }
  }

  /** Commits these files and returns the id. */
  commit(subject: string, files: Readonly<Record<string, string>>): string {
    this.write(files)
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '-m', subject)
    return this.git('rev-parse', 'HEAD')
  }

  /** The first commits of the repository, made by one process; returns their ids. */
  begin(commits: readonly NewCommit[]): readonly string[] {
    const stream = commits.map(({ subject, files }) => {
      const who = `Test Author <author@example.org> ${this.#seconds++} +0000`
      const put = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)
      return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(`${subject}\n`)}${put.join('')}\n`
    })
    this.#gitWith(stream.join(''), ['fast-import', '--quiet'])
    this.git('reset', '--quiet', '--hard')
    return this.git('rev-list', '--reverse', 'main').split('\n')
  }
}

/** A history with a flaky symptom. */
export interface FlakyHistory {
  readonly repo: TestRepo
  /** The commit before all others. */
  readonly good: string
  readonly culprit: string
  readonly commits: readonly string[]
}

/** A linear history; from `culprit` on, the file `state` is bad; the `broken` commits cannot be tested. */
export const flakyHistory = (dir: string, length: number, culprit: number, broken: readonly number[]): FlakyHistory => {
  const repo = new TestRepo(dir)
  const base = { subject: 'base', files: { state: 'good\n', broken: 'no\n' } }
  const others = Array.from({ length }, (_, index) => ({
    subject: `commit ${index}`,
    files: {
      // A separate file for each commit, so that every commit reverts.
      [`f${index}`]: 'x\n',
      broken: broken.includes(index) ? 'yes\n' : 'no\n',
      ...(index === culprit ? { state: 'bad\n' } : {}),
    },
  }))
  const [good, ...commits] = repo.begin([base, ...others])
  return { repo, good: good!, culprit: commits[culprit]!, commits }
}

/** A test script that fails in `percent` of the runs of a bad commit, by seed and commit; 125 for a broken commit. */
export const flakyScript = (path: string, percent: number): string => {
  const text = `#!/bin/sh
grep -q yes broken && exit 125
grep -q bad state || exit 0
seed=\${ZSHARNESS_SEED:-$(od -An -N4 -tu4 /dev/urandom)}
sum=$(printf '%s' "$seed $ZSHARNESS_COMMIT" | cksum | cut -d' ' -f1)
[ $((sum % 100)) -lt ${percent} ] && exit 1
exit 0
`
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}
