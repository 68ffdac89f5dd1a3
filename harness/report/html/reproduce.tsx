// SPDX-License-Identifier: MIT
import type { Report } from '../model.ts'

// What a shell would take apart.
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** What it takes to get the same result again. */
export const Reproduce = ({ report: { run } }: { report: Report }) => (
  <section>
    <h2>Reproduce</h2>
    <div class="card">
      <div class="command">
        <h5>the run</h5>
        <pre data-copy="">{run.command.map(quoted).join(' ')}</pre>
      </div>
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
