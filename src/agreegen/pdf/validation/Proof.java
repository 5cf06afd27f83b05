import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.LogManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.core.EncryptedPdfException;
import org.verapdf.core.ModelParsingException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Checks many PDFs in one process. Standard input: for each PDF and profile a line "profile length", then that many
 * bytes. Standard output: for each a line of JSON. The argument is the time that each may take, in seconds.
 *
 * The jar lacks what the library needs for reading its own profiles (JAXB), so they are read as XML here.
 * Proof.class beside this file is made by: javac --release 11 -g:none -cp JAR Proof.java
 */
public final class Proof {
    private static final int FAILURES = 100_000;
    private static final Pattern PAGE = Pattern.compile("^.*?/pages\\[\\d+\\]");
    private static final long STACK = 256L << 20;
    private static final Map<String, ValidationProfile> PROFILES = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        long limit = (long) (Double.parseDouble(arguments[0]) * 1000);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        System.setOut(System.err);
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(System.in, 1 << 16));
        for (String line = line(in); line != null; line = line(in)) {
            String[] words = line.split(" ");
            byte[] pdf = new byte[Integer.parseInt(words[1])];
            in.readFully(pdf);
            out.println(within(limit, words[0], pdf));
            out.flush();
        }
        System.exit(0); // a check that was given up may still run
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            text.append((char) c);
        }
        return text.toString();
    }

    private static String within(long limit, String profile, byte[] pdf) throws InterruptedException {
        String[] answer = {null};
        Thread thread = new Thread(null, () -> answer[0] = answer(profile, pdf), "check", STACK);
        thread.setDaemon(true);
        thread.start();
        thread.join(limit);
        return answer[0] == null ? problem("time", "") : answer[0];
    }

    private static String answer(String name, byte[] pdf) {
        try {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
            ValidationProfile profile = PROFILES.get(name);
            if (profile == null) {
                profile = profile(name, flavour);
                PROFILES.put(name, profile);
            }
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new ByteArrayInputStream(pdf), flavour);
                    PDFAValidator validator = ValidatorFactory.createValidator(profile, FAILURES, false, true, false)) {
                return result(profile, validator.validate(parser));
            }
        } catch (EncryptedPdfException e) {
            return problem("encrypted", e.getMessage());
        } catch (ModelParsingException e) {
            return problem("unreadable", e.getMessage());
        } catch (Throwable e) {
            return problem("crash", e.toString());
        }
    }

    private static String result(ValidationProfile profile, ValidationResult result) {
        Map<String, String> descriptions = new HashMap<>();
        for (Rule rule : profile.getRules()) {
            descriptions.put(key(rule.getRuleId()), rule.getDescription());
        }
        Map<String, String> messages = new HashMap<>();
        Map<String, Map<String, String>> places = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (TestAssertion found : result.getTestAssertions()) {
            if (found.getStatus() == TestAssertion.Status.FAILED) {
                String key = key(found.getRuleId());
                String said = found.getErrorMessage();
                messages.putIfAbsent(key, said == null ? found.getMessage() : said);
                String place = found.getLocation().getContext();
                places.computeIfAbsent(key, k -> new LinkedHashMap<>()).putIfAbsent(page(place), place);
                seen.merge(key, 1, Integer::sum);
            }
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (Map.Entry<RuleId, Integer> failed : result.getFailedChecks().entrySet()) {
            counts.put(key(failed.getKey()), failed.getValue());
        }
        List<String> rules = new ArrayList<>();
        for (Map.Entry<String, Integer> failed : counts.entrySet()) {
            String key = failed.getKey();
            List<String> where = new ArrayList<>();
            for (String place : places.getOrDefault(key, Map.of()).values()) {
                where.add(quoted(place));
            }
            rules.add("{\"rule\":" + quoted(key) + ",\"count\":" + failed.getValue()
                    + ",\"seen\":" + seen.getOrDefault(key, 0) + ",\"description\":"
                    + quoted(descriptions.get(key)) + ",\"message\":" + quoted(messages.get(key))
                    + ",\"places\":[" + String.join(",", where) + "]}");
        }
        return "{\"compliant\":" + result.isCompliant() + ",\"rules\":" + profile.getRules().size() + ",\"checks\":"
                + result.getTotalAssertions() + ",\"failed\":[" + String.join(",", rules) + "]}";
    }

    /** One place stands for all on its page; the place of a tag stands for itself. */
    private static String page(String place) {
        Matcher page = PAGE.matcher(place);
        return page.find() ? page.group() : place;
    }

    private static String key(RuleId rule) {
        return rule.getClause() + "-" + rule.getTestNumber();
    }

    private static String problem(String kind, String said) {
        return "{\"problem\":" + quoted(kind) + ",\"said\":" + quoted(said) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : (text == null ? "" : text).toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private static ValidationProfile profile(String name, PDFAFlavour flavour) throws Exception {
        String file = name.startsWith("ua") ? "PDFUA-" + name.substring(2) : "PDFA-" + name.toUpperCase();
        String path = "org/verapdf/pdfa/validation/" + file + ".xml";
        Document xml;
        try (InputStream in = ValidationProfile.class.getClassLoader().getResourceAsStream(path)) {
            xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in);
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element rule : named(xml.getDocumentElement(), "rule")) {
            rules.add(rule(rule));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element variable : named(xml.getDocumentElement(), "variable")) {
            variables.add(Profiles.variableFromValues(variable.getAttribute("name"), variable.getAttribute("object"),
                    text(variable, "defaultValue"), text(variable, "value")));
        }
        return Profiles.profileFromValues(flavour, Profiles.profileDetailsFromValues(name, name, "", new Date(0)), "",
                rules, variables);
    }

    private static Rule rule(Element rule) {
        Element id = named(rule, "id").get(0);
        RuleId number = Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element argument : named(rule, "argument")) {
            arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), null, null));
        }
        Boolean deferred = rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null;
        return Profiles.ruleFromValues(number, rule.getAttribute("object"), deferred, rule.getAttribute("tags"),
                text(rule, "description"), text(rule, "test"), Profiles.errorFromValues(text(rule, "message"), arguments),
                new ArrayList<>());
    }

    private static List<Element> named(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Element parent, String name) {
        List<Element> found = named(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
