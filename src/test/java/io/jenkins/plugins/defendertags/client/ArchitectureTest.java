package io.jenkins.plugins.defendertags.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String[] ALLOWED = {
        "java..",
        "javax.net.ssl",
        "javax.security.auth.x500",
        "com.fasterxml.jackson..",
        "org.apache.hc..",
        "edu.umd.cs.findbugs.annotations",
        DefenderClient.class.getPackageName()
    };

    @Test
    void clientKnowsNothingOfJenkins() {
        JavaClasses client = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackagesOf(DefenderClient.class);
        classes()
                .that()
                .resideInAPackage(DefenderClient.class.getPackageName())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ALLOWED)
                .check(client);
    }

    @Test
    void theRuleCanFail() {
        JavaClasses tests = new ClassFileImporter().importClasses(ArchitectureTest.class);
        assertThrows(
                AssertionError.class,
                () -> classes()
                        .should()
                        .onlyDependOnClassesThat()
                        .resideInAnyPackage(ALLOWED)
                        .check(tests));
    }
}
