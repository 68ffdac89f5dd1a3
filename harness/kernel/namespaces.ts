// SPDX-License-Identifier: MIT

/**
 * The shell script that confines a command in new namespaces: READABLE... -- WRITABLE... -- COMMAND...
 *
 * Root outside stays root for files, so nothing may remain through which it could reach the host: no file system is
 * writable but the given folders, no device opens but the harmless ones, /proc cannot be written, and the command has no
 * capability to undo any of it. The script itself is the init of the process namespace, and ends with the command.
 */
export const NAMESPACES = String.raw`
try() { "$@" || { echo "zsharness-sandbox: cannot $*" >&2; exit 125; }; }

# The hidden file systems, to mount parts of them again.
exec 3</tmp 4</run 5</dev

# Where a path below a hidden file system is now.
old() {
  case $1 in
    /tmp/*) echo "/proc/self/fd/3/${'$'}{1#/tmp/}" ;;
    /run/*) echo "/proc/self/fd/4/${'$'}{1#/run/}" ;;
    *) echo "$1" ;;
  esac
}
again() { try mkdir -p "$2"; try mount -c -o "bind,$1,nosuid,nodev" "$(old "$2")" "$2"; }

mounts=$(cut -d ' ' -f 5,6 /proc/self/mountinfo)
while read -r point options; do
  case $point in /proc | /proc/* | /dev | /dev/* | /sys | /sys/*) continue ;; *\\*) point=$(printf '%b' "$(echo "$point" | sed 's/\\/\\0/g')") ;; esac
  # A flag that the host has set cannot be taken away.
  keep=
  for flag in noexec noatime nodiratime; do case ,$options, in *,$flag,*) keep=$keep,$flag ;; esac; done
  mount -o "remount,bind,ro,nosuid,nodev$keep" "$point" 2>/dev/null && continue
  # One that is covered by another mount cannot be reached, nor changed.
  if [ -w "$point" ]; then echo "zsharness-sandbox: cannot protect $point" >&2; exit 125; fi
done <<END
$mounts
END

try mount -t tmpfs -o nosuid,mode=1777 zsharness /tmp
for path in /run /dev /sys; do
  [ ! -d "$path" ] || try mount -t tmpfs -o nosuid,mode=755 zsharness "$path"
done
for name in null zero full random urandom tty; do
  [ -e "/proc/self/fd/5/$name" ] || continue
  : >"/dev/$name"
  try mount -c --bind "/proc/self/fd/5/$name" "/dev/$name"
done
try ln -s /proc/self/fd /dev/fd
for pair in 0:stdin 1:stdout 2:stderr; do try ln -s "/proc/self/fd/${'$'}{pair%:*}" "/dev/${'$'}{pair#*:}"; done
try mkdir -m 1777 /dev/shm
while [ "$1" != -- ]; do again ro "$1"; shift; done
shift
while [ "$1" != -- ]; do again rw "$1"; shift; done
shift
for path in /proc /dev /run /sys; do
  [ ! -d "$path" ] || try mount -o remount,bind,ro "$path"
done
exec 3<&- 4<&- 5<&-
cd /
export TMPDIR=/tmp
setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
`
