//! Durability: force the names in a folder to the disk.

use std::fs::File;
use std::io;
use std::path::Path;

/// Forces the names in a folder to the disk. Windows has no such call, nor need of one.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
