// SPDX-License-Identifier: MIT
// Stands for zsharness on a node: node.mjs TEMPLATE … --part FILE --results DIR. It takes the cells of its part from a run
// that the test wrote, and may do worse: `lose` names parts whose first attempts end as a host's failure, and all but the
// first part wait for the file `gate`.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const after = (flag) => process.argv[process.argv.lastIndexOf(flag) + 1]
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const [template] = process.argv.slice(2)
const { run, lose = {}, ran, gate } = read(template)
const part = read(after('--part'))
appendFileSync(join(ran, part.id), 'x')
const times = readFileSync(join(ran, part.id), 'utf8').length
if (times <= (lose[part.id] ?? 0)) {
  process.stderr.write('zsharness: the disk is full\n')
  process.exit(3)
}
const say = (event) => process.stdout.write(`${JSON.stringify({ elapsedMs: 1, ...event })}\n`)
for (const scope of part.cells) say({ type: 'step', scope, step: 'boot', state: 'start' })
while (gate !== undefined && !part.id.startsWith('1-') && !existsSync(gate))
  await new Promise((resolve) => setTimeout(resolve, 20))
const cells = run.cells.filter(({ id }) => part.cells.includes(id))
const id = `2026-11-27-093100-${String(times).padStart(4, '0')}`
const dir = join(after('--results'), id)
for (const cell of cells) {
  mkdirSync(join(dir, 'cells', cell.id), { recursive: true })
  writeFileSync(join(dir, 'cells', cell.id, 'result.json'), JSON.stringify(cell))
  say({ type: 'cell', scope: cell.id, verdict: cell.verdict, text: cell.reason })
}
writeFileSync(join(dir, 'run.json'), JSON.stringify({ ...run, id, cells, pairs: [] }))
const files = ['run.json', ...cells.map((cell) => join('cells', cell.id, 'result.json'))]
const sum = (file) =>
  createHash('sha256')
    .update(readFileSync(join(dir, file)))
    .digest('hex')
writeFileSync(join(dir, 'manifest.sha256'), files.map((file) => `${sum(file)}  ${file}\n`).join(''))
writeFileSync(join(after('--results'), 'part.json'), JSON.stringify(part))
