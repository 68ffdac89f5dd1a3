// SPDX-License-Identifier: MIT
import type { Report } from '../model.ts'

// Quotes what a shell would split or expand.
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** A command line, with a button to copy it. */
export const CommandLine = ({ name, words }: { name: string; words: readonly string[] }) => (
  <div class="command">
    <h5>{name}</h5>
    <pre data-copy="">{words.map(quoted).join(' ')}</pre>
  </div>
)

/** How to get the same result again. */
export const Reproduce = ({ report: { run } }: { report: Report }) => (
  <section>
    <h2>Reproduce</h2>
    <div class="card">
      <CommandLine name="the run" words={run.command} />
      <dl class="evidence">
        <div>
          <dt>run</dt>
          <dd>{run.id}</dd>
        </div>
        <div>
          <dt>seed</dt>
          <dd>{run.seed}</dd>
        </div>
        <div>
          <dt>started</dt>
          <dd>{run.startedAt}</dd>
        </div>
        {Object.entries(run.versions).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
      {run.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  </section>
)
