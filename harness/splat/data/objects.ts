// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** What drivers and file systems call to register and release their objects: devices, files of sysfs, buffers, dentries. */
export const objects: FunctionNames = [
  // The driver core
  /kobject_\w+/,
  /_*kset_\w+/,
  /kobj_\w+/,
  /device_(?:add|del|register|unregister|initialize|destroy|release|rename|move)/,
  /device_create\w*/,
  /device_(?:add|remove)_(?:file|groups?|bin_file|attrs|attributes|class_symlinks|sys_dev_entry)\w*/,
  /device_remove_\w+/,
  /(?:put|get)_device/,
  /bus_(?:add|remove|probe)_(?:device|driver)/,
  /class_(?:create|destroy|register|unregister)\w*/,
  /devres_(?:add|alloc|free|find|get|open|close|remove|destroy|release)\w*/,
  /devm_k\w+/,
  /dev_set_name\w*/,
  /dpm_sysfs_\w+/,
  /device_pm_(?:add|remove)/,
  // Files of sysfs, proc and debugfs
  /sysfs_(?:create|remove|add|update|merge|unmerge|warn|link|unlink|rename|move|do_create|notify|delete|break|unbreak)\w*/,
  /internal_create_groups?/,
  /create_files(?:_ns)?/,
  'remove_files',
  /_*kernfs_(?:add|new|get|put|create|remove|find|name|link|unlink|activate|drain|notify|rename)\w*/,
  // Network buffers
  /_*k?free_skb\w*/,
  'sk_skb_reason_drop',
  /_*consume_\w*skb/,
  /kfree_skbmem/,
  /skb_release_(?:data|all|head_state)/,
  /skb_(?:free_head|free_frag)/,
  /_*skb_(?:queue|insert|append|unlink|dequeue)\w*/,
  /_*skb_(?:put|push|pull)\w*/,
  'skb_frag_unref',
  /_*skb_ext_(?:put|del|free)\w*/,
  /skb_orphan\w*/,
  // Dentries, inodes, files
  /dput(?:_\w+)?/,
  /fast_dput|retain_dentry/,
  /dget(?:_\w+)?/,
  // References of tasks, credentials and namespaces
  /_*put_(?:cred|task_struct|pid)(?:_\w+)?/,
  /get_(?:cred|task_struct|pid)(?:_\w+)?/,
]
