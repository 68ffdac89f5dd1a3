// SPDX-License-Identifier: MIT

/** How LAVA starts a kernel: `qemu` on a device of QEMU, the others on a board. */
export const LAVA_METHODS = ['qemu', 'u-boot', 'grub'] as const
export type LavaMethod = (typeof LAVA_METHODS)[number]
