// SPDX-License-Identifier: MIT
import { statfsSync } from 'node:fs'

const TMPFS = 0x01021994
// Of ext4, xfs, btrfs, f2fs, zfs, overlayfs and bcachefs.
const DISKS = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x794c7630, 0xca451a4e]

/** Whether only this host writes to the file system of a folder: its clock sets the times, its kernel sees each change. */
export const isLocal = (dir: string): boolean => [TMPFS, ...DISKS].includes(statfsSync(dir).type)

/** Whether it is also written back to a disk: what was written through an old mapping then gets its time, on a tmpfs never. */
export const isLocalDisk = (dir: string): boolean => DISKS.includes(statfsSync(dir).type)
