package io.jenkins.plugins.defendertags.leases;

import hudson.XmlFile;
import hudson.util.XStream2;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The leases on disk, a small file each, replaced as a whole. A file that cannot be read is set aside under another name, so
 * that it does no harm and nothing is lost. Not thread-safe.
 */
final class LeaseStore {

    private static final Logger LOGGER = Logger.getLogger(LeaseStore.class.getName());
    private static final String ENDING = ".xml";
    private static final String SET_ASIDE = ".unreadable";
    /** What Jenkins' atomic writer leaves when the controller is killed: the file that it was to replace is still whole. */
    private static final String HALF_WRITTEN = "*" + ENDING + "-atomic*tmp";

    private static final XStream2 XSTREAM = new XStream2();

    static {
        XSTREAM.alias("lease", Lease.class);
    }

    private final Path folder;

    LeaseStore(File folder) {
        this.folder = folder.toPath();
    }

    /** Reads all, and sets aside what is no lease. Before anything is written. */
    List<Lease> read() {
        list(HALF_WRITTEN).forEach(LeaseStore::delete);
        List<Lease> leases = new ArrayList<>();
        for (Path file : list("*" + ENDING)) {
            try {
                Object read = new XmlFile(XSTREAM, file.toFile()).read();
                if (!(read instanceof Lease lease)) {
                    throw new IllegalArgumentException("It is no lease.");
                }
                lease.validate();
                if (!file.equals(file(lease))) {
                    throw new IllegalArgumentException("It is a copy of another.");
                }
                leases.add(lease);
            } catch (IOException | RuntimeException | LinkageError x) {
                setAside(file, x);
            }
        }
        return leases;
    }

    private static void setAside(Path file, Throwable problem) {
        Path aside = file.resolveSibling(file.getFileName() + SET_ASIDE);
        LOGGER.log(
                Level.WARNING,
                problem,
                () -> file + " cannot be read. It says which tag a build has added to a machine"
                        + " and may have left there. Set aside as " + aside.getFileName());
        try {
            Files.move(file, aside);
        } catch (IOException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not rename " + file);
        }
    }

    /** Names of the files that were set aside. */
    List<String> setAside() {
        return list("*" + ENDING + SET_ASIDE).stream().map(Path::toString).toList();
    }

    private List<Path> list(String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            files.forEach(found::add);
        } catch (NoSuchFileException x) {
            LOGGER.log(Level.FINE, "No lease was ever written", x);
        } catch (IOException | java.nio.file.DirectoryIteratorException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not list " + folder);
        }
        return found;
    }

    void write(Lease lease) throws IOException {
        Files.createDirectories(folder);
        new XmlFile(XSTREAM, file(lease).toFile()).write(lease);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not delete " + file);
        }
    }

    void delete(Lease lease) throws IOException {
        Files.deleteIfExists(file(lease));
    }

    private Path file(Lease lease) {
        return folder.resolve(lease.getId() + ENDING);
    }
}
