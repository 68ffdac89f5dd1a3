// SPDX-License-Identifier: MIT
import { corpusNames, parseHeader, readCorpus, readingOf } from '../corpus.ts'
import { readSplats } from '../splats.ts'
import { placeOf } from './place.ts'
import { type Row, tableOf } from './table.ts'

const rowsOf = (name: string): readonly Row[] => {
  const file = readCorpus(name)
  const found = readSplats(file.log).map(readingOf)
  const text = file.log.toString('latin1')
  return parseHeader(file).map((expected, index) => ({
    log: name,
    place: placeOf(name, text, expected.kernel),
    expected,
    found: found.find(({ line }) => line === expected.line) ?? found[index],
  }))
}

const names = corpusNames()
process.stdout.write(tableOf(names.flatMap(rowsOf), names.length))
