// SPDX-License-Identifier: GPL-2.0
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "records.h"

#define LONG_LINE (64 * 1024)

struct bytes {
	const char *data;
	size_t length;
};

#define BYTES(text) { text "\n", sizeof(text) }

static const struct bytes lines[] = {
	BYTES("nul \0 nul \0\0\0"),
	BYTES("colour \033[31;1m, bright \033[5m, gone \033[2J\033[H"),
	BYTES("title \033]0;owned\007, link \033]8;;http://x/\033\\x"),
	BYTES("answerback \005 \033[c \033[6n, 8 bit \302\2332J \233"),
	BYTES("over\rwritten\b\b\b, \016shifted\017, \f\v\177"),
	BYTES("utf-8 \377\376 \300\200 \355\240\200 \364\220\200\200 \342\202"),
	BYTES("turned \342\200\256 around, \357\277\276 \357\277\277"),
	BYTES("not ok 1 x # SKIP"),
	BYTES("    # Subtest: reboot: System halted"),
	BYTES("1..0 # Bail out! ok 1"),
	BYTES("::error file=x,line=1::owned"),
	BYTES("``` | `x` | [x](javascript:alert(1)) @everyone"),
	BYTES("]]> <![CDATA[ --> <?xml ?> &amp; &#0; &nope;"),
	BYTES("<script>alert(1)</script><img src=x onerror=alert(1)>"),
	BYTES("</pre></details></style><style>*{display:none}</style>"),
};

/* Opens for each line: /dev/kmsg takes only ten lines per open file. */
static void write_line(const char *path, const struct bytes *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, line->data, line->length) < 0)
		rec_notice("a hostile line did not reach %s: %s", path,
			   strerror(errno));
	if (fd < 0)
		return;
	/* Otherwise the kernel's next message lands in the middle of it. */
	tcdrain(fd);
	close(fd);
}

/* /dev/kmsg rejects so long a line; the console takes it. */
static void write_long(void)
{
	static char text[LONG_LINE + 1];
	const struct bytes line = { text, sizeof(text) };

	memset(text, 'A', LONG_LINE);
	text[LONG_LINE] = '\n';
	write_line("/dev/console", &line);
}

void hostile_console(void)
{
	size_t i;

	write_long();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		write_line("/dev/console", &lines[i]);
		write_line("/dev/kmsg", &lines[i]);
		rec_notice("%.*s", (int)lines[i].length - 2, lines[i].data);
	}
}
