// SPDX-License-Identifier: MIT
import { basename } from 'node:path'

const BUILD_FOLDER = /^(?:scripts|tools)\//
const BUILD_NAME = /^(?:Makefile|Kbuild|Kconfig)(?:[._-]\S*)?$|\.mk$/

/** Those of `paths` that make executes, or that decide what it executes: they run on the host. */
export const buildFilesOf = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => BUILD_FOLDER.test(path) || BUILD_NAME.test(basename(path)))
