use std::time::{Duration, SystemTime};

use super::codec::tests::rich;
use super::*;

const ID: &str = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea";
const FINGERPRINT: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
const KEY: Key<'static> = Key {
    id: ID,
    fingerprint: FINGERPRINT,
};

fn cache(output: &Path) -> ReadingCache {
    ReadingCache::new(output, u64::MAX, Access::Use).unwrap()
}

fn is_rich(found: Option<RawDocument>) -> bool {
    found.is_some_and(|found| format!("{found:?}") == format!("{:?}", rich()))
}

#[test]
fn a_reading_is_found_with_its_key_only() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    assert!(cache.get(KEY).is_none());
    cache.put(KEY, &rich());
    assert!(is_rich(cache.get(KEY)));
    let other = Key {
        fingerprint: ID,
        ..KEY
    };
    assert!(cache.get(other).is_none());
    let left = fs::read_dir(output.path().join(TEMPORARY)).unwrap().count();
    assert_eq!(left, 0, "temporary files remain");
}

#[test]
fn text_is_not_cached() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    let mut text = rich();
    text.carrier = Carrier::Text;
    text.pages.remove(0);
    cache.put(KEY, &text);
    assert!(!output.path().join(FOLDER).exists());
}

#[test]
fn a_refreshing_cache_replaces_entries_without_using_them() {
    let output = tempfile::tempdir().unwrap();
    let mut older = rich();
    older.stated_title = None;
    cache(output.path()).put(KEY, &older);
    let refreshing = ReadingCache::new(output.path(), u64::MAX, Access::Refresh).unwrap();
    assert!(refreshing.get(KEY).is_none());
    refreshing.put(KEY, &rich());
    assert!(is_rich(cache(output.path()).get(KEY)));
}

#[test]
fn a_limit_of_0_turns_the_cache_off() {
    assert!(ReadingCache::new(Path::new("out"), 0, Access::Use).is_none());
}

#[test]
fn a_damaged_entry_is_ignored_and_replaced() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    cache.put(KEY, &rich());
    let path = KEY.path(output.path());
    let whole = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole[..end].to_vec()).collect();
    damaged.extend((0..whole.len()).map(|at| {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        altered
    }));
    damaged.push([whole.as_slice(), b"more"].concat());
    for bytes in damaged {
        assert!(entry::decode(KEY, &bytes).is_none());
    }
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(cache.get(KEY).is_none());
    cache.put(KEY, &rich());
    assert!(is_rich(cache.get(KEY)));
}

#[test]
fn an_entry_with_the_name_of_another_is_ignored() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    cache.put(KEY, &rich());
    let other = Key {
        id: FINGERPRINT,
        fingerprint: ID,
    };
    let path = other.path(output.path());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::rename(KEY.path(output.path()), path).unwrap();
    assert!(cache.get(other).is_none());
}

#[test]
fn files_and_folders_in_the_way_cause_no_error() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    // A folder with the path of the entry.
    fs::create_dir_all(KEY.path(output.path()).join("x")).unwrap();
    assert!(cache.get(KEY).is_none());
    cache.put(KEY, &rich());
    // A file with the path of the cache.
    fs::remove_dir_all(output.path().join(FOLDER)).unwrap();
    fs::write(output.path().join(FOLDER), "").unwrap();
    assert!(cache.get(KEY).is_none());
    cache.put(KEY, &rich());
    assert_eq!(evict(output.path(), 1), Evicted::default());
    // Nothing exists any more.
    fs::remove_file(output.path().join(FOLDER)).unwrap();
    fs::remove_dir_all(output.path().join(TEMPORARY)).unwrap();
    cache.put(KEY, &rich());
    assert!(is_rich(cache.get(KEY)));
}

/// An entry for each of these times, in seconds, under a digest that begins with that number.
fn entries(output: &Path, times: &[u64]) -> Vec<PathBuf> {
    let paths = times.iter().map(|&time| {
        let id = format!("{time:02}{}", &ID[2..]);
        let key = Key { id: &id, ..KEY };
        cache(output).put(key, &rich());
        let path = key.path(output);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(time))
            .unwrap();
        path
    });
    paths.collect()
}

#[test]
fn the_least_recently_used_entries_are_evicted() {
    let output = tempfile::tempdir().unwrap();
    let paths = entries(output.path(), &[40, 10, 30, 20]);
    let foreign = output.path().join(FOLDER).join("10/notes.txt");
    fs::write(&foreign, "mine").unwrap();
    let length = fs::metadata(&paths[0]).unwrap().len();
    // The oldest counts as used now.
    let id = format!("10{}", &ID[2..]);
    assert!(is_rich(cache(output.path()).get(Key { id: &id, ..KEY })));
    let total: u64 = paths
        .iter()
        .map(|path| fs::metadata(path).unwrap().len())
        .sum();
    assert_eq!(evict(output.path(), total), Evicted::default());
    assert_eq!(evict(output.path(), 0), Evicted::default());
    assert_eq!(evict(output.path(), total - 2 * length).entries, 2);
    let left: Vec<bool> = paths.iter().map(|path| path.exists()).collect();
    assert_eq!(left, [true, true, false, false]);
    assert!(foreign.exists());
}

#[test]
fn the_limit_is_kept_during_a_run_as_well() {
    let output = tempfile::tempdir().unwrap();
    let paths = entries(output.path(), &[10, 20, 30]);
    let length = fs::metadata(&paths[0]).unwrap().len();
    let cache = ReadingCache::new(output.path(), 2 * length + 20, Access::Use).unwrap();
    cache.put(KEY, &rich());
    let left: Vec<bool> = paths.iter().map(|path| path.exists()).collect();
    assert_eq!(left, [false, false, true]);
    assert!(KEY.path(output.path()).exists());
}

#[test]
fn all_readings_of_unknown_documents_are_erased() {
    let output = tempfile::tempdir().unwrap();
    let cache = cache(output.path());
    let again = Key {
        fingerprint: ID,
        ..KEY
    };
    let other = format!("3f{}", &FINGERPRINT[2..]);
    let other = Key { id: &other, ..KEY };
    for key in [KEY, again, other] {
        cache.put(key, &rich());
    }
    assert_eq!(retain(output.path(), |id| id != ID).unwrap(), 2);
    assert!(cache.get(KEY).is_none() && cache.get(again).is_none());
    assert!(is_rich(cache.get(other)));
    assert_eq!(retain(output.path(), |id| id != ID).unwrap(), 0);
}
