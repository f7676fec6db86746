//! Fixture generator: writes everything under `fixtures/` and `tests/damaged/`.
//!
//! An argument limits it to paths that begin with it: scans take long to draw.
//!
//! The same bytes each time. Change a document here, never there; a test compares the two.

mod fixtures;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let all = fixtures::all().into_iter();
    for fixture in all.filter(|fixture| fixture.path.starts_with(&wanted)) {
        let path = Path::new(&fixture.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, fixture.bytes())?;
    }
    Ok(())
}
