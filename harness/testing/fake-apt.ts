// SPDX-License-Identifier: MIT
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashFile } from '../lib/files/hash.ts'
import { exec, writeFakeTree } from './fake-tree.ts'

export type FakeLists = 'host' | 'own' | 'suites'

// Which lists the program reads is seen from its configuration.
const WHICH = 'case "$*" in *apt/suites/apt.conf*) lists=suites ;; *apt/apt.conf*) lists=own ;; *) lists=host ;; esac'

const APT_CACHE = (root: string): string => `cat ${root}/lists/$lists 2>/dev/null | while read -r name version _; do
  case " $* " in
  *" pkgnames "*) echo "$name" ;;
  *" $name "*) echo "$name | $version | http://deb.example/debian suite/main amd64 Packages" ;;
  esac
done; exit 0`

const APT_GET = (root: string): string => `for argument; do :; done
case "$*" in
*indextargets*) cat ${root}/targets 2>/dev/null ;;
*update) [ -e ${root}/mirror/$lists ] || { echo "E: no network" >&2; exit 100; }
  cp ${root}/mirror/$lists ${root}/lists/$lists ;;
*)
  name=\${argument%%=*}; version=\${argument#*=}; file="$name"_"$version"_all.deb
  sum=$(grep -F "$name $version " ${root}/lists/$lists | cut -d" " -f3)
  [ -n "$sum" ] || { echo "E: Version '$version' for '$name' was not found" >&2; exit 100; }
  case "$*" in
  *--print-uris*) echo "'http://deb.example/$file' $file 1 SHA256:$sum" ;;
  *) cp ${root}/pool/$file . || { echo "E: 404 Not Found" >&2; exit 100; } ;;
  esac ;;
esac`

const DPKG_DEB = (root: string): string => `case $1 in
-f) echo "$2" | sed 's/.*_\\(.*\\)_all.deb/\\1/' ;;
-I) cat "${root}/md5/$(basename "$2")" ;;
--fsys-tarfile) cat "$2" ;;
esac`

/** Toy apt and dpkg in `root/bin`. Their packages are bare tars; `root/calls` has what was called. */
export class FakeApt {
  readonly root: string

  constructor(root: string) {
    this.root = root
    for (const name of ['bin', 'lists', 'mirror', 'pool', 'md5']) mkdirSync(join(root, name))
    this.tool('dpkg', 'echo amd64')
    this.tool('dpkg-query', 'exit 1')
    this.tool('dpkg-deb', DPKG_DEB(root))
    this.tool('apt-get', `${WHICH}\n${APT_GET(root)}`)
    this.tool('apt-cache', `${WHICH}\n${APT_CACHE(root)}`)
  }

  tool(name: string, script: string): void {
    writeFileSync(join(this.root, 'bin', name), `#!/bin/sh\necho "${name} $*" >>${this.root}/calls\n${script}\n`)
    chmodSync(join(this.root, 'bin', name), 0o755)
  }

  /** Makes the package and returns its line of a list: name, version, sha256. */
  async package(release: string, version: string, sublevel = 7): Promise<string> {
    const name = `linux-source-${release}`
    const file = `${name}_${version}_all.deb`
    const work = join(this.root, 'work', file)
    const inner = `usr/src/${name}.tar.xz`
    mkdirSync(dirname(join(work, 'package', inner)), { recursive: true })
    writeFakeTree(join(work, name), {}, sublevel)
    exec(work, 'tar', '-cJf', join('package', inner), name)
    exec(work, 'tar', '-C', 'package', '-cf', join(this.root, 'pool', file), './usr')
    const md5 = exec(work, 'md5sum', join('package', inner)).split(' ')[0]
    writeFileSync(join(this.root, 'md5', file), `${md5}  ${inner}\n`)
    return `${name} ${version} ${await hashFile(join(this.root, 'pool', file))}`
  }

  /** What these lists have now, or have after the next update. */
  serve(where: 'lists' | 'mirror', lists: FakeLists, lines: readonly string[]): void {
    writeFileSync(join(this.root, where, lists), lines.map((line) => `${line}\n`).join(''))
  }

  calls(pattern = /./): readonly string[] {
    return readFileSync(join(this.root, 'calls'), 'utf8')
      .trim()
      .split('\n')
      .filter((call) => pattern.test(call))
  }
}
