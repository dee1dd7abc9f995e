package io.jenkins.plugins.defendertags.leases;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The leases on disk: one file for each holder, replaced as a whole, so that a block of 500 tags costs one write. What cannot be
 * read is set aside under another name, where it stops nothing else and is not lost. Thread-safe for different holders.
 */
final class LeaseStore {

    private static final Logger LOGGER = Logger.getLogger(LeaseStore.class.getName());
    private static final String ENDING = ".json";
    private static final String NEW = ".new";
    private static final String SET_ASIDE = ".unreadable";

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private final Path folder;
    private final Disk disk;
    private final List<Path> setAside = new CopyOnWriteArrayList<>();

    /** Waits until what was written survives a crash of the machine, which takes long on some disks. */
    @FunctionalInterface
    interface Disk {
        void force(FileChannel channel) throws IOException;
    }

    LeaseStore(Path folder) {
        this(folder, channel -> channel.force(true));
    }

    LeaseStore(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    /** Reads all leases, and sets aside what cannot be read. Called once, before anything is written. */
    List<Lease> read() {
        list("*" + ENDING + NEW).forEach(LeaseStore::delete); // left by a killed controller; the old file is whole
        setAside.addAll(list("*" + SET_ASIDE));
        return list("*" + ENDING).parallelStream()
                .flatMap(file -> read(file).stream())
                .toList();
    }

    private List<Lease> read(Path file) {
        List<Lease> leases = new ArrayList<>();
        try {
            JsonNode content = JSON.readTree(Files.readAllBytes(file));
            StoredLeases stored = JSON.treeToValue(content, StoredLeases.class);
            LeaseHolder holder = StoredLeases.holder(stored);
            if (!file.equals(file(holder.id()))) {
                throw new IllegalArgumentException("It is a copy of another file.");
            }
            boolean whole = true;
            for (JsonNode lease : stored.leases()) {
                try {
                    leases.add(JSON.treeToValue(lease, StoredLease.class).toLease(holder));
                } catch (JacksonException | RuntimeException x) {
                    LOGGER.log(Level.WARNING, x, () -> "A lease in " + file + " cannot be read");
                    whole = false;
                }
            }
            if (!whole) {
                setAside(file, true);
            }
        } catch (IOException | RuntimeException x) {
            LOGGER.log(Level.WARNING, x, () -> file + " cannot be read");
            setAside(file, false);
        }
        return leases;
    }

    private void setAside(Path file, boolean keep) {
        Path aside = file.resolveSibling(file.getFileName() + SET_ASIDE);
        LOGGER.warning(() -> aside + " says which tags Jenkins added to machines and may have left there");
        try {
            if (keep) {
                Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            setAside.add(aside);
        } catch (IOException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not set aside " + file);
        }
    }

    /** Paths of the files that were set aside and are still there. */
    List<String> setAside() {
        setAside.removeIf(Files::notExists);
        return setAside.stream().map(Path::toString).toList();
    }

    private List<Path> list(String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            files.forEach(found::add);
        } catch (NoSuchFileException x) {
            LOGGER.log(Level.FINE, "No lease was ever written", x);
        } catch (IOException | DirectoryIteratorException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not list " + folder);
        }
        return found;
    }

    /**
     * Replaces a holder's file.
     *
     * @param leases all of this holder
     * @param durable whether to wait until the disk has it; without that only a crash of the machine can undo it
     */
    void write(LeaseHolder holder, List<Lease> leases, boolean durable) throws IOException {
        Files.createDirectories(folder);
        Path file = file(holder.id());
        Path written = file.resolveSibling(file.getFileName() + NEW);
        ByteBuffer content = ByteBuffer.wrap(JSON.writeValueAsBytes(StoredLeases.of(holder, leases, JSON)));
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            if (durable) {
                disk.force(channel);
            }
        }
        try {
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException x) {
            Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    void delete(String holderId) throws IOException {
        Files.deleteIfExists(file(holderId));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException x) {
            LOGGER.log(Level.WARNING, x, () -> "Could not delete " + file);
        }
    }

    /** An agent's name need not be fit for a file's. */
    private Path file(String holderId) {
        return folder.resolve(hash(holderId) + ENDING);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException x) {
            throw new IllegalStateException(x); // every Java has it
        }
    }
}
