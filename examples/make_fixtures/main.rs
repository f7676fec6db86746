//! Where do the fixtures come from?
//!
//! From here: `cargo run --example make_fixtures` writes everything under `fixtures/`, the same
//! bytes each time. Change a document here, never there; `tests/it/fixtures.rs` holds the two
//! together.

mod fixtures;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    for fixture in fixtures::all() {
        let path = Path::new("fixtures").join(&fixture.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, fixture.bytes())?;
    }
    Ok(())
}
