import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.reference.*;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.*;
import org.javarosa.xform.util.*;

/**
 * Fills a form as ODK Collect does, with Collect's own engine: walks from question to question, answers, minds relevance and
 * constraints, finalizes, writes the instance. Arguments: the form, the folder of its media, answers ("path TAB value", a value
 * after another for a path are tried until one is accepted), where to write. Prints one line a question.
 */
public class Fill {
    public static void main(String[] words) throws Exception {
        Path media = Paths.get(words[1]);
        PropertyManager.setPropertyManager(new Properties());
        new XFormsModule().registerModule();
        ReferenceManager.instance().addReferenceFactory(new Media(media));
        FormDef form = XFormUtils.getFormFromInputStream(new FileInputStream(words[0]));
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController walk = new FormEntryController(model);
        Map<String, Deque<String>> answers = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Paths.get(words[2]), StandardCharsets.UTF_8)) {
            String[] pair = line.split("\t", 2);
            answers.computeIfAbsent(pair[0], path -> new ArrayDeque<>()).add(pair[1]);
        }
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (int event = walk.stepToNextEvent(); event != FormEntryController.EVENT_END_OF_FORM; event = walk.stepToNextEvent())
            if (event == FormEntryController.EVENT_QUESTION) ask(walk, model, answers, out);
        walk.finalizeFormEntry();
        if (!answers.isEmpty()) throw new IllegalStateException("never asked: " + answers.keySet());
        Files.write(Paths.get(words[3]), new XFormSerializingVisitor().serializeInstance(form.getInstance()));
    }

    static void ask(FormEntryController walk, FormEntryModel model, Map<String, Deque<String>> answers, PrintStream out) {
        FormEntryPrompt prompt = model.getQuestionPrompt();
        String path = model.getFormIndex().getReference().toString(true).replaceAll("\\[\\d+\\]$", "");
        Deque<String> told = answers.remove(path);
        List<String> offered = new ArrayList<>();
        if (prompt.getControlType() == Constants.CONTROL_SELECT_ONE)
            for (SelectChoice one : prompt.getSelectChoices()) offered.add(one.getValue() + "=" + prompt.getSelectChoiceText(one));
        out.println("asked\t" + path + "\t" + prompt.getLongText() + "\t" + String.join("|", offered));
        if (told == null) {
            if (prompt.isRequired()) throw new IllegalStateException("no answer for " + path);
            return;
        }
        while (true) {
            int result = walk.answerQuestion(answer(prompt, told.remove()), false);
            if (result == FormEntryController.ANSWER_OK) return;
            out.println("refused\t" + path + "\t" + prompt.getConstraintText());
            if (told.isEmpty()) throw new IllegalStateException("refused " + path);
        }
    }

    static IAnswerData answer(FormEntryPrompt prompt, String text) {
        if (prompt.getControlType() == Constants.CONTROL_SELECT_ONE)
            for (SelectChoice one : prompt.getSelectChoices())
                if (one.getValue().equals(text)) return new SelectOneData(one.selection());
        if (prompt.getDataType() == Constants.DATATYPE_INTEGER) return new IntegerData(Integer.parseInt(text));
        if (prompt.getDataType() == Constants.DATATYPE_DATE)
            return new DateData(java.sql.Date.valueOf(text));
        return new StringData(text);
    }

    /** What a device knows of itself. */
    static class Properties implements IPropertyManager {
        public List<String> getProperty(String name) { return List.of(getSingularProperty(name)); }
        public void setProperty(String name, String value) { }
        public void setProperty(String name, List<String> values) { }
        public String getSingularProperty(String name) { return "fill:java"; }
        public void addRules(IPropertyRules rules) { }
        public List<IPropertyRules> getRules() { return List.of(); }
    }

    /** Media lie in one folder, as Collect puts what the manifest names. */
    static class Media implements ReferenceFactory {
        private final Path folder;
        Media(Path folder) { this.folder = folder; }
        public boolean derives(String address) { return address.startsWith("jr://"); }
        public Reference derive(String address) { return new One(address, folder.resolve(address.substring(address.lastIndexOf('/') + 1))); }
        public Reference derive(String address, String from) { return derive(address); }
    }

    static class One implements Reference {
        private final String address;
        private final Path path;
        One(String address, Path path) { this.address = address; this.path = path; }
        public boolean doesBinaryExist() { return Files.exists(path); }
        public InputStream getStream() throws IOException { return Files.newInputStream(path); }
        public String getURI() { return address; }
        public String getLocalURI() { return path.toString(); }
        public boolean isReadOnly() { return true; }
        public OutputStream getOutputStream() throws IOException { throw new IOException("read only"); }
        public void remove() throws IOException { throw new IOException("read only"); }
        public Reference[] probeAlternativeReferences() { return new Reference[0]; }
    }
}
