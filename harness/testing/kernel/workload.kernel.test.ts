// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { isFull } from '../often.ts'

// What a program of a user may do to the guest, by the word that it gets.
const HOSTILE = `#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

static void fill(void)
{
	static char block[65536];
	int fd = open("file", O_CREAT | O_WRONLY, 0600);

	memset(block, 1, sizeof(block));
	while (write(fd, block, sizeof(block)) > 0)
		;
	printf("full: %d\\n", errno == ENOSPC);
}

static void against_pid_1(void)
{
	int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGTERM, SIGKILL, SIGSTOP };
	int i;

	for (i = 0; i < 6; i++)
		kill(1, signals[i]);
	printf("reboot: %d\\n", reboot(RB_AUTOBOOT));
}

/* Whether a process runs with this word as its last argument. */
static int runs(const char *word)
{
	char path[32], line[128];
	ssize_t size, tail = strlen(word) + 1;
	int pid, fd, found = 0;

	for (pid = 2; pid < 4096 && !found; pid++) {
		snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		size = read(fd, line, sizeof(line));
		found = size > tail && !memcmp(line + size - tail, word, tail);
		close(fd);
	}
	return found;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int i;

	if (!strcmp(what, "fill"))
		fill();
	if (!strcmp(what, "init"))
		against_pid_1();
	if (!strcmp(what, "flood"))
		for (;;)
			puts("a line of a flood of lines");
	if (!strcmp(what, "close")) {
		for (i = 0; i < 1024; i++)
			close(i);
		pause();
	}
	if (!strcmp(what, "daemon") && !fork()) {
		setsid();
		signal(SIGTERM, SIG_IGN);
		for (;;)
			usleep(1000);
	}
	if (!strcmp(what, "bomb"))
		for (;;)
			fork();
	if (!strcmp(what, "all")) {
		do
			sleep(2);
		while (runs("fill") || runs("init"));
		kill(-1, SIGKILL);
		puts("alone");
	}
	return 3;
}
`

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-workload-'))
  await writeFile(join(dir, 'hostile.c'), HOSTILE)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const run = (...args: string[]) =>
  cli([
    ...['run', '--arch', 'x86_64', '--config', 'zpool-on', '--leg', 'before', '--runs', '1', '--format', 'plain'],
    ...['--explore', 'off', '--results', join(dir, 'results'), ...args],
  ])

const programs = (...words: string[]): string[] => words.map((word) => `${join(dir, 'hostile.c')} ${word}`)

describe('programs that do what they must not', () => {
  test('leave a guest that reports them, and a kernel without blame', async () => {
    const words = ['fill', 'init', 'flood', 'close', 'daemon', 'all']
    const { exitCode, stdout } = await run('--workload', ...programs(...words), '--workload-time', '60s')
    expect(exitCode, stdout).toBe(0)
    const [cell] = (await latestRun(join(dir, 'results'))).cells
    expect(cell).toMatchObject({ verdict: 'pass', findings: [], lanes: ['workload'] })
    const output = (name: string) =>
      readFile(join(dir, 'results/latest/cells', cell!.id, 'workload', `${name}.stdout`), 'utf8')
    expect(await output('0-hostile.c')).toBe('full: 1\n')
    expect(await output('1-hostile.c')).toBe('reboot: -1\n')
    expect(await output('2-hostile.c')).toMatch(/ bytes left out\]/)
    expect(await output('5-hostile.c')).toBe('alone\n')
    const ends = cell!.evidence.workloads
    expect(ends.map(({ signals }) => signals[0]?.signal ?? null)).toEqual([null, null, 9, 9, null, null])
    expect(ends.every(({ timedOut }) => !timedOut)).toBe(true)
  })

  test.runIf(isFull)('can fork without end', async () => {
    const { exitCode, stdout } = await run('--workload', ...programs('bomb'), '--workload-time', '5s')
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toContain('hostile.c ran until stopped after')
  })
})

test('options, parameters, memory and a second disk are those of the guest', async () => {
  const shows = `#include <stdio.h>

static void show(const char *path)
{
	char line[4096];
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
		fputs(line, stdout);
}

int main(void)
{
	show("/proc/partitions");
	show("/sys/module/zswap/parameters/max_pool_percent");
	show("/proc/swaps");
	return 0;
}
`
  await writeFile(join(dir, 'shows.c'), shows)
  const { exitCode, stdout } = await run(
    ...['--workload', join(dir, 'shows.c'), '--param', 'zswap.max_pool_percent=20', '--memory', '768', '--disk', '64'],
  )
  expect(exitCode, stdout).toBe(0)
  const [cell] = (await latestRun(join(dir, 'results'))).cells
  const seen = await readFile(join(dir, 'results/latest/cells', cell!.id, 'workload/0-shows.c.stdout'), 'utf8')
  expect(seen).toMatch(/ 65536 vdb\n/)
  expect(seen).toMatch(/^20$/m)
  expect(seen).toMatch(/^\/dev\/vda\s.*\s524284\s/m)
  const records = await readFile(join(dir, 'results/latest/cells', cell!.id, 'records.jsonl'), 'utf8')
  const { memTotalKiB } = JSON.parse(records.split('\n')[0]!) as { memTotalKiB: number }
  expect(memTotalKiB).toBeGreaterThan(512 * 1024)
})
