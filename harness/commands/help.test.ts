// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest'
import { makeProgram } from './index.ts'

const help = async (...names: readonly string[]): Promise<string> => {
  const write = vi.fn<(text: string) => void>()
  const program = makeProgram()
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.configureOutput({ writeOut: write })
  program.configureOutput({ writeOut: write })
  await program.parseAsync(['help', ...names], { from: 'user' })
  return write.mock.calls.map(([text]) => text).join('')
}

test('help of a command is the help that the command prints', async () => {
  expect(await help()).toContain('zsharness - Verify a Linux kernel patch')
  expect(await help('bundle')).toContain('zsharness bundle - ')
  expect(await help('report', 'history')).toContain('zsharness report history - ')
})

test.each([[['nosuch']], [['bundel']], [['report', 'histroy']], [['bundle', 'x']]])(
  'help of %s, which there is not, is an error',
  async (names) => {
    await expect(help(...names)).rejects.toThrow(`help ${names.join(' ')}: there is no command ${names.at(-1)}`)
  },
)

test('a typing error gets the name that was meant, and no hidden command', async () => {
  await expect(help('bundel')).rejects.toThrow('did you mean bundle?')
  await expect(help('nosuch')).rejects.toMatchObject({ hint: expect.not.stringContaining('complete,') })
})

test.each(['run', 'matrix', 'explore'])('%s takes patches or a series', async (name) => {
  const program = makeProgram()
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined })
  const parsed = program.parseAsync([name, '--series', 'none', '--patch', 'x'], { from: 'user' })
  await expect(parsed).rejects.toThrow("'--patch <file...>' cannot be used with option '--series <name>'")
})
