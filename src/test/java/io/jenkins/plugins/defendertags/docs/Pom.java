package io.jenkins.plugins.defendertags.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The plugin's pom.xml as it is written, without what it inherits. */
final class Pom {

    private final Element project;

    Pom() throws Exception {
        project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getDocumentElement();
    }

    /** @return empty if it is not there */
    String text(String... path) {
        Element element = element(path);
        return element == null ? "" : element.getTextContent().strip();
    }

    /** With the properties of the pom put in. */
    String value(String... path) {
        String value = text(path);
        for (Element property : children(element("properties"))) {
            value = value.replace(
                    "${" + property.getNodeName() + "}",
                    property.getTextContent().strip());
        }
        return value.replace("${project.artifactId}", text("artifactId"));
    }

    boolean has(String... path) {
        return element(path) != null;
    }

    List<Element> all(String... path) {
        Element element = element(path);
        return element == null ? List.of() : children(element);
    }

    static String text(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getNodeName().equals(name))
                .map(child -> child.getTextContent().strip())
                .findFirst()
                .orElse("");
    }

    private Element element(String... path) {
        Element element = project;
        for (String name : path) {
            element = children(element).stream()
                    .filter(child -> child.getNodeName().equals(name))
                    .findFirst()
                    .orElse(null);
            if (element == null) {
                return null;
            }
        }
        return element;
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }
}
