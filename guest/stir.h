/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STIR_H
#define STIR_H

/* Make zsmalloc compact its zspages, and the kernel migrate their pages. */
void stir_zspages(void);

#endif
