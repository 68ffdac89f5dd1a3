/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STIR_H
#define STIR_H

/* Lets zsmalloc compact its zspages, and the kernel move their pages. */
void stir_zspages(void);

#endif
