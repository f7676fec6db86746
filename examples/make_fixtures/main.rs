//! Fixture generator: writes everything under `fixtures/` and `tests/damaged/`.
//!
//! The same bytes each time. Change a document here, never there; a test compares the two.

mod fixtures;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    for fixture in fixtures::all() {
        let path = Path::new(&fixture.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, fixture.bytes())?;
    }
    Ok(())
}
